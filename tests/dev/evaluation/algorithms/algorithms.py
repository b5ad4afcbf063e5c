"""Small algorithms, each written in four languages: what similar code should find across them."""


def levenshtein(source, target):
    previous = list(range(len(target) + 1))
    for row, left in enumerate(source, 1):
        current = [row]
        for column, right in enumerate(target, 1):
            cost = 0 if left == right else 1
            current.append(min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + cost))
        previous = current
    return previous[-1]


def binary_search(values, wanted):
    low, high = 0, len(values) - 1
    while low <= high:
        middle = (low + high) // 2
        if values[middle] == wanted:
            return middle
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle - 1
    return -1


def primes_below(limit):
    """Sieve of Eratosthenes."""
    composite = [False] * limit
    primes = []
    for number in range(2, limit):
        if composite[number]:
            continue
        primes.append(number)
        for multiple in range(number * number, limit, number):
            composite[multiple] = True
    return primes


def gcd(a, b):
    while b != 0:
        a, b = b, a % b
    if a < 0:
        a = -a
    return a


def encode_runs(text):
    """Run-length encoding: aaab becomes 3a1b."""
    encoded = []
    position = 0
    while position < len(text):
        end = position
        while end < len(text) and text[end] == text[position]:
            end += 1
        encoded.append(f"{end - position}{text[position]}")
        position = end
    return "".join(encoded)


def merge_intervals(intervals):
    merged = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return merged


def topological_order(graph):
    waiting = dict.fromkeys(graph, 0)
    for neighbours in graph.values():
        for neighbour in neighbours:
            waiting[neighbour] += 1
    ready = [node for node, count in waiting.items() if count == 0]
    order = []
    while ready:
        node = ready.pop()
        order.append(node)
        for neighbour in graph[node]:
            waiting[neighbour] -= 1
            if waiting[neighbour] == 0:
                ready.append(neighbour)
    if len(order) < len(graph):
        raise ValueError("the graph has a cycle")
    return order


def shortest_paths(graph, start):
    """Dijkstra's distances from one node of a weighted graph."""
    import heapq

    distances = {start: 0}
    queue = [(0, start)]
    while queue:
        distance, node = heapq.heappop(queue)
        if distance > distances[node]:
            continue
        for neighbour, weight in graph[node]:
            candidate = distance + weight
            if neighbour not in distances or candidate < distances[neighbour]:
                distances[neighbour] = candidate
                heapq.heappush(queue, (candidate, neighbour))
    return distances


def steps_between(graph, start, goal):
    """Breadth-first search for the number of edges between two nodes."""
    seen = {start}
    frontier = [start]
    steps = 0
    while frontier:
        following = []
        for node in frontier:
            if node == goal:
                return steps
            for neighbour in graph[node]:
                if neighbour not in seen:
                    seen.add(neighbour)
                    following.append(neighbour)
        frontier = following
        steps += 1
    return None


def quick_sort(values, low, high):
    if low >= high:
        return
    pivot = values[high]
    border = low
    for position in range(low, high):
        if values[position] < pivot:
            values[position], values[border] = values[border], values[position]
            border += 1
    values[high], values[border] = values[border], values[high]
    quick_sort(values, low, border - 1)
    quick_sort(values, border + 1, high)


def merge_sorted(left, right):
    result = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            result.append(left[i])
            i += 1
        else:
            result.append(right[j])
            j += 1
    result.extend(left[i:])
    result.extend(right[j:])
    return result


def power_modulo(base, exponent, modulus):
    result = 1
    base %= modulus
    while exponent > 0:
        if exponent & 1:
            result = result * base % modulus
        base = base * base % modulus
        exponent >>= 1
    return result


def is_balanced(text):
    """Tell whether every bracket is closed by one of its kind."""
    pairs = {")": "(", "]": "[", "}": "{"}
    opened = []
    for character in text:
        if character in "([{":
            opened.append(character)
        elif character in pairs and (not opened or opened.pop() != pairs[character]):
            return False
    return not opened


def knapsack(weights, values, capacity):
    best = [0] * (capacity + 1)
    for weight, value in zip(weights, values, strict=True):
        for room in range(capacity, weight - 1, -1):
            best[room] = max(best[room], best[room - weight] + value)
    return best[capacity]


def longest_common_subsequence(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            if a[i - 1] == b[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    return table[len(a)][len(b)]


def largest_sum(values):
    """Kadane: the largest sum of a run of neighbouring values."""
    best = current = values[0]
    for value in values[1:]:
        current = max(value, current + value)
        best = max(best, current)
    return best


def multiply(a, b):
    rows, inner, columns = len(a), len(b), len(b[0])
    product = [[0] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            for k in range(inner):
                product[i][j] += a[i][k] * b[k][j]
    return product


def flood_fill(grid, row, column, colour):
    old = grid[row][column]
    if old == colour:
        return
    stack = [(row, column)]
    while stack:
        r, c = stack.pop()
        if r < 0 or c < 0 or r >= len(grid) or c >= len(grid[0]) or grid[r][c] != old:
            continue
        grid[r][c] = colour
        stack += [(r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)]


def caesar(text, shift):
    result = ""
    for letter in text:
        if letter.isalpha():
            first = ord("a") if letter.islower() else ord("A")
            result += chr((ord(letter) - first + shift) % 26 + first)
        else:
            result += letter
    return result


def luhn_valid(number):
    """Check the last digit of a card number."""
    total = 0
    double = False
    for digit in reversed(number):
        value = int(digit)
        if double:
            value *= 2
            if value > 9:
                value -= 9
        total += value
        double = not double
    return total % 10 == 0


def to_roman(number):
    symbols = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC")]
    symbols += [(50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
    numeral = ""
    for value, symbol in symbols:
        while number >= value:
            numeral += symbol
            number -= value
    return numeral


def retry(action, attempts, delay):
    """Call until it succeeds, waiting twice as long after each failure."""
    import time

    for attempt in range(attempts):
        try:
            return action()
        except OSError:
            if attempt == attempts - 1:
                raise
            time.sleep(delay)
            delay *= 2
    return None


def parse_query_string(query):
    from urllib.parse import unquote

    parameters = {}
    for part in query.lstrip("?").split("&"):
        if not part:
            continue
        name, _, value = part.partition("=")
        parameters.setdefault(unquote(name), []).append(unquote(value))
    return parameters


def human_size(size):
    units = ["B", "KB", "MB", "GB", "TB"]
    unit = 0
    while size >= 1024 and unit < len(units) - 1:
        size /= 1024
        unit += 1
    return f"{size:.1f} {units[unit]}"


def slugify(title):
    slug = ""
    dash = False
    for character in title.lower():
        if character.isalnum():
            if dash and slug:
                slug += "-"
            slug += character
            dash = False
        else:
            dash = True
    return slug


def word_frequencies(text, count):
    frequencies = {}
    for word in text.lower().split():
        word = word.strip(".,;:!?")
        if word:
            frequencies[word] = frequencies.get(word, 0) + 1
    ranked = sorted(frequencies.items(), key=lambda item: (-item[1], item[0]))
    return ranked[:count]


def parse_csv_line(line):
    fields, field, quoted = [], "", False
    position = 0
    while position < len(line):
        character = line[position]
        if quoted and character == '"' and line[position + 1 : position + 2] == '"':
            field += '"'
            position += 1
        elif character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            fields.append(field)
            field = ""
        else:
            field += character
        position += 1
    fields.append(field)
    return fields


def find_root(parents, item):
    """Find the representative of a disjoint set, and shorten the way to it."""
    root = item
    while parents[root] != root:
        root = parents[root]
    while parents[item] != root:
        parents[item], item = root, parents[item]
    return root
