// Small algorithms, each written in four languages: what similar code should find across them.

export function editDistance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, substitution);
    }
    row = next;
  }
  return row[b.length];
}

export function indexOfSorted(items, key) {
  let lo = 0;
  let hi = items.length - 1;
  while (lo <= hi) {
    const mid = Math.floor((lo + hi) / 2);
    if (items[mid] === key) {
      return mid;
    } else if (items[mid] < key) {
      lo = mid + 1;
    } else {
      hi = mid - 1;
    }
  }
  return -1;
}

export function sieve(max) {
  const marked = new Array(max).fill(false);
  const found = [];
  for (let n = 2; n < max; n++) {
    if (marked[n]) continue;
    found.push(n);
    for (let m = n * n; m < max; m += n) {
      marked[m] = true;
    }
  }
  return found;
}

export function greatestCommonDivisor(x, y) {
  while (y !== 0) {
    const rest = x % y;
    x = y;
    y = rest;
  }
  return Math.abs(x);
}

export function runLengthEncode(input) {
  let output = "";
  for (let i = 0; i < input.length; ) {
    let j = i;
    while (j < input.length && input[j] === input[i]) {
      j++;
    }
    output += `${j - i}${input[i]}`;
    i = j;
  }
  return output;
}

export function mergeRanges(ranges) {
  const result = [];
  const ordered = [...ranges].sort((a, b) => a.from - b.from);
  for (const range of ordered) {
    const last = result[result.length - 1];
    if (last && range.from <= last.to) {
      last.to = Math.max(last.to, range.to);
    } else {
      result.push({ ...range });
    }
  }
  return result;
}

export function sortByDependencies(edges) {
  const incoming = new Map();
  for (const node of edges.keys()) incoming.set(node, 0);
  for (const targets of edges.values()) {
    for (const target of targets) incoming.set(target, incoming.get(target) + 1);
  }
  const free = [...incoming].filter(([, n]) => n === 0).map(([node]) => node);
  const sorted = [];
  while (free.length > 0) {
    const node = free.pop();
    sorted.push(node);
    for (const target of edges.get(node)) {
      const left = incoming.get(target) - 1;
      incoming.set(target, left);
      if (left === 0) free.push(target);
    }
  }
  if (sorted.length < edges.size) throw new Error("cyclic dependency");
  return sorted;
}

export function dijkstra(edges, origin) {
  const cost = new Map([[origin, 0]]);
  const open = [[0, origin]];
  while (open.length > 0) {
    open.sort((a, b) => b[0] - a[0]);
    const [so_far, node] = open.pop();
    if (so_far > cost.get(node)) continue;
    for (const [next, length] of edges.get(node)) {
      const total = so_far + length;
      if (!cost.has(next) || total < cost.get(next)) {
        cost.set(next, total);
        open.push([total, next]);
      }
    }
  }
  return cost;
}

export function hops(adjacent, from, to) {
  const visited = new Set([from]);
  let layer = [from];
  for (let depth = 0; layer.length > 0; depth++) {
    const next = [];
    for (const node of layer) {
      if (node === to) return depth;
      for (const other of adjacent[node]) {
        if (!visited.has(other)) {
          visited.add(other);
          next.push(other);
        }
      }
    }
    layer = next;
  }
  return undefined;
}

export function quicksort(array, left = 0, right = array.length - 1) {
  if (left >= right) return;
  const pivot = array[right];
  let store = left;
  for (let i = left; i < right; i++) {
    if (array[i] < pivot) {
      [array[i], array[store]] = [array[store], array[i]];
      store++;
    }
  }
  [array[right], array[store]] = [array[store], array[right]];
  quicksort(array, left, store - 1);
  quicksort(array, store + 1, right);
}

export function mergeTwo(first, second) {
  const out = [];
  let a = 0;
  let b = 0;
  while (a < first.length && b < second.length) {
    if (first[a] <= second[b]) {
      out.push(first[a++]);
    } else {
      out.push(second[b++]);
    }
  }
  return out.concat(first.slice(a), second.slice(b));
}

export function modPow(base, exponent, modulus) {
  let result = 1n;
  base = base % modulus;
  while (exponent > 0n) {
    if (exponent & 1n) {
      result = (result * base) % modulus;
    }
    base = (base * base) % modulus;
    exponent >>= 1n;
  }
  return result;
}

export function bracketsMatch(source) {
  const partner = { ")": "(", "]": "[", "}": "{" };
  const stack = [];
  for (const c of source) {
    if ("([{".includes(c)) {
      stack.push(c);
    } else if (c in partner) {
      if (stack.pop() !== partner[c]) return false;
    }
  }
  return stack.length === 0;
}

export function bestValue(items, limit) {
  const table = new Array(limit + 1).fill(0);
  for (const { weight, value } of items) {
    for (let left = limit; left >= weight; left--) {
      table[left] = Math.max(table[left], table[left - weight] + value);
    }
  }
  return table[limit];
}

export function lcsLength(x, y) {
  const lengths = Array.from({ length: x.length + 1 }, () => new Array(y.length + 1).fill(0));
  for (let i = 1; i <= x.length; i++) {
    for (let j = 1; j <= y.length; j++) {
      if (x[i - 1] === y[j - 1]) {
        lengths[i][j] = lengths[i - 1][j - 1] + 1;
      } else {
        lengths[i][j] = Math.max(lengths[i - 1][j], lengths[i][j - 1]);
      }
    }
  }
  return lengths[x.length][y.length];
}

export function maxSubarray(numbers) {
  let ending = numbers[0];
  let best = numbers[0];
  for (let i = 1; i < numbers.length; i++) {
    ending = Math.max(numbers[i], ending + numbers[i]);
    best = Math.max(best, ending);
  }
  return best;
}

export function matrixProduct(left, right) {
  const out = [];
  for (let i = 0; i < left.length; i++) {
    out[i] = [];
    for (let j = 0; j < right[0].length; j++) {
      let sum = 0;
      for (let k = 0; k < right.length; k++) {
        sum += left[i][k] * right[k][j];
      }
      out[i][j] = sum;
    }
  }
  return out;
}

export function paintArea(pixels, x, y, colour) {
  const before = pixels[y][x];
  if (before === colour) return;
  const todo = [[x, y]];
  while (todo.length > 0) {
    const [px, py] = todo.pop();
    if (py < 0 || py >= pixels.length || px < 0 || px >= pixels[0].length) continue;
    if (pixels[py][px] !== before) continue;
    pixels[py][px] = colour;
    todo.push([px + 1, py], [px - 1, py], [px, py + 1], [px, py - 1]);
  }
}

export function shiftLetters(message, by) {
  return [...message]
    .map((c) => {
      const lower = c >= "a" && c <= "z";
      const upper = c >= "A" && c <= "Z";
      if (!lower && !upper) return c;
      const start = lower ? 97 : 65;
      return String.fromCharCode(((c.charCodeAt(0) - start + by) % 26) + start);
    })
    .join("");
}

export function isValidCardNumber(digits) {
  let sum = 0;
  for (let i = digits.length - 1, twice = false; i >= 0; i--, twice = !twice) {
    let d = Number(digits[i]);
    if (twice) {
      d *= 2;
      if (d > 9) d -= 9;
    }
    sum += d;
  }
  return sum % 10 === 0;
}

export function romanNumeral(n) {
  const values = [1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1];
  const letters = ["M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"];
  let roman = "";
  values.forEach((value, i) => {
    while (n >= value) {
      roman += letters[i];
      n -= value;
    }
  });
  return roman;
}

export async function withBackoff(operation, tries, wait) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation();
    } catch (error) {
      if (attempt >= tries) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait *= 2;
    }
  }
}

export function queryParameters(search) {
  const result = {};
  for (const pair of search.replace(/^\?/, "").split("&")) {
    if (pair === "") continue;
    const [key, value = ""] = pair.split("=", 2);
    const name = decodeURIComponent(key);
    (result[name] ??= []).push(decodeURIComponent(value));
  }
  return result;
}

export function formatBytes(bytes) {
  const suffixes = ["B", "KB", "MB", "GB", "TB"];
  let index = 0;
  while (bytes >= 1024 && index < suffixes.length - 1) {
    bytes /= 1024;
    index++;
  }
  return `${bytes.toFixed(1)} ${suffixes[index]}`;
}

export function toSlug(text) {
  let out = "";
  let pending = false;
  for (const ch of text.toLowerCase()) {
    if (/[a-z0-9]/.test(ch)) {
      if (pending && out !== "") out += "-";
      out += ch;
      pending = false;
    } else {
      pending = true;
    }
  }
  return out;
}

export function mostCommonWords(text, limit) {
  const counts = new Map();
  for (const raw of text.toLowerCase().split(/\s+/)) {
    const word = raw.replace(/[.,;:!?]/g, "");
    if (word) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, limit);
}

export function splitCsv(row) {
  const cells = [];
  let cell = "";
  let inQuotes = false;
  for (let i = 0; i < row.length; i++) {
    const c = row[i];
    if (inQuotes && c === '"' && row[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (c === '"') {
      inQuotes = !inQuotes;
    } else if (c === "," && !inQuotes) {
      cells.push(cell);
      cell = "";
    } else {
      cell += c;
    }
  }
  cells.push(cell);
  return cells;
}

export function representative(parent, node) {
  let top = node;
  while (parent[top] !== top) {
    top = parent[top];
  }
  while (parent[node] !== top) {
    const up = parent[node];
    parent[node] = top;
    node = up;
  }
  return top;
}
