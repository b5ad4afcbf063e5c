//! Small algorithms, each written in four languages: what similar code should find across them.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::thread::sleep;
use std::time::Duration;

pub fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for j in 0..b.len() {
            let cost = if left == b[j] { 0 } else { 1 };
            let next = (diagonal + cost).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}

pub fn locate<T: Ord>(slice: &[T], key: &T) -> Option<usize> {
    let (mut low, mut high) = (0, slice.len());
    while low < high {
        let mid = low + (high - low) / 2;
        if slice[mid] == *key {
            return Some(mid);
        }
        if slice[mid] < *key {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    None
}

pub fn eratosthenes(limit: usize) -> Vec<usize> {
    let mut is_composite = vec![false; limit];
    let mut primes = Vec::new();
    for n in 2..limit {
        if is_composite[n] {
            continue;
        }
        primes.push(n);
        let mut multiple = n * n;
        while multiple < limit {
            is_composite[multiple] = true;
            multiple += n;
        }
    }
    primes
}

pub fn common_divisor(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        let rest = a % b;
        a = b;
        b = rest;
    }
    a.abs()
}

pub fn rle(input: &str) -> String {
    let chars: Vec<char> = input.chars().collect();
    let mut out = String::new();
    let mut start = 0;
    while start < chars.len() {
        let mut end = start;
        while end < chars.len() && chars[end] == chars[start] {
            end += 1;
        }
        out.push_str(&format!("{}{}", end - start, chars[start]));
        start = end;
    }
    out
}

pub fn union_of_ranges(mut ranges: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    ranges.sort();
    let mut joined: Vec<(u32, u32)> = Vec::new();
    for (start, end) in ranges {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}

pub fn dependency_order(graph: &HashMap<u32, Vec<u32>>) -> Result<Vec<u32>, String> {
    let mut blocked: HashMap<u32, usize> = graph.keys().map(|node| (*node, 0)).collect();
    for targets in graph.values() {
        for target in targets {
            *blocked.entry(*target).or_insert(0) += 1;
        }
    }
    let mut free: Vec<u32> = blocked.iter().filter(|(_, n)| **n == 0).map(|(node, _)| *node).collect();
    let mut order = Vec::new();
    while let Some(node) = free.pop() {
        order.push(node);
        for target in &graph[&node] {
            let count = blocked.get_mut(target).unwrap();
            *count -= 1;
            if *count == 0 {
                free.push(*target);
            }
        }
    }
    if order.len() < graph.len() {
        return Err("there is a cycle".to_string());
    }
    Ok(order)
}

pub fn cheapest_routes(graph: &HashMap<u32, Vec<(u32, u64)>>, start: u32) -> HashMap<u32, u64> {
    let mut best = HashMap::from([(start, 0)]);
    let mut heap = BinaryHeap::from([Reverse((0, start))]);
    while let Some(Reverse((cost, node))) = heap.pop() {
        if cost > best[&node] {
            continue;
        }
        for &(next, weight) in &graph[&node] {
            let total = cost + weight;
            if best.get(&next).map_or(true, |&known| total < known) {
                best.insert(next, total);
                heap.push(Reverse((total, next)));
            }
        }
    }
    best
}

pub fn bfs_distance(graph: &[Vec<usize>], start: usize, goal: usize) -> Option<usize> {
    let mut seen = HashSet::from([start]);
    let mut frontier = vec![start];
    let mut distance = 0;
    while !frontier.is_empty() {
        let mut next = Vec::new();
        for node in frontier {
            if node == goal {
                return Some(distance);
            }
            for &neighbour in &graph[node] {
                if seen.insert(neighbour) {
                    next.push(neighbour);
                }
            }
        }
        frontier = next;
        distance += 1;
    }
    None
}

pub fn quick_sort<T: PartialOrd + Copy>(items: &mut [T]) {
    if items.len() <= 1 {
        return;
    }
    let last = items.len() - 1;
    let pivot = items[last];
    let mut store = 0;
    for i in 0..last {
        if items[i] < pivot {
            items.swap(i, store);
            store += 1;
        }
    }
    items.swap(store, last);
    let (left, right) = items.split_at_mut(store);
    quick_sort(left);
    quick_sort(&mut right[1..]);
}

pub fn merged(a: &[i32], b: &[i32]) -> Vec<i32> {
    let mut result = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i] <= b[j] {
            result.push(a[i]);
            i += 1;
        } else {
            result.push(b[j]);
            j += 1;
        }
    }
    result.extend_from_slice(&a[i..]);
    result.extend_from_slice(&b[j..]);
    result
}

pub fn mod_exp(mut base: u64, mut exponent: u64, modulus: u64) -> u64 {
    let mut result = 1;
    base %= modulus;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        exponent >>= 1;
    }
    result
}

pub fn well_nested(text: &str) -> bool {
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => open.push(c),
            ')' | ']' | '}' => {
                let wanted = match c {
                    ')' => '(',
                    ']' => '[',
                    _ => '{',
                };
                if open.pop() != Some(wanted) {
                    return false;
                }
            }
            _ => {}
        }
    }
    open.is_empty()
}

pub fn pack(weights: &[usize], values: &[u64], capacity: usize) -> u64 {
    let mut best = vec![0; capacity + 1];
    for (weight, value) in weights.iter().zip(values) {
        for room in (*weight..=capacity).rev() {
            best[room] = best[room].max(best[room - weight] + value);
        }
    }
    best[capacity]
}

pub fn lcs(a: &[u8], b: &[u8]) -> usize {
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            table[i][j] = if a[i - 1] == b[j - 1] {
                table[i - 1][j - 1] + 1
            } else {
                table[i - 1][j].max(table[i][j - 1])
            };
        }
    }
    table[a.len()][b.len()]
}

pub fn kadane(numbers: &[i64]) -> i64 {
    let mut best = numbers[0];
    let mut current = numbers[0];
    for &n in &numbers[1..] {
        current = n.max(current + n);
        best = best.max(current);
    }
    best
}

pub fn mat_mul(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut out = vec![vec![0.0; b[0].len()]; a.len()];
    for i in 0..a.len() {
        for j in 0..b[0].len() {
            for k in 0..b.len() {
                out[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    out
}

pub fn bucket_fill(canvas: &mut Vec<Vec<u8>>, row: usize, column: usize, new: u8) {
    let old = canvas[row][column];
    if old == new {
        return;
    }
    let mut pending = vec![(row as i64, column as i64)];
    while let Some((r, c)) = pending.pop() {
        if r < 0 || c < 0 || r >= canvas.len() as i64 || c >= canvas[0].len() as i64 {
            continue;
        }
        if canvas[r as usize][c as usize] != old {
            continue;
        }
        canvas[r as usize][c as usize] = new;
        pending.extend([(r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)]);
    }
}

pub fn caesar_cipher(text: &str, shift: u8) -> String {
    text.chars()
        .map(|c| {
            if !c.is_ascii_alphabetic() {
                return c;
            }
            let first = if c.is_ascii_lowercase() { b'a' } else { b'A' };
            ((c as u8 - first + shift) % 26 + first) as char
        })
        .collect()
}

pub fn check_luhn(digits: &str) -> bool {
    let mut sum = 0;
    for (i, c) in digits.chars().rev().enumerate() {
        let mut digit = c.to_digit(10).unwrap();
        if i % 2 == 1 {
            digit *= 2;
            if digit > 9 {
                digit -= 9;
            }
        }
        sum += digit;
    }
    sum % 10 == 0
}

pub fn as_roman(mut number: u32) -> String {
    const NUMERALS: [(u32, &str); 13] = [
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ];
    let mut out = String::new();
    for (value, numeral) in NUMERALS {
        while number >= value {
            out.push_str(numeral);
            number -= value;
        }
    }
    out
}

pub fn try_again<T, E>(mut operation: impl FnMut() -> Result<T, E>, attempts: u32, mut pause: Duration) -> Result<T, E> {
    let mut attempt = 1;
    loop {
        match operation() {
            Ok(value) => return Ok(value),
            Err(error) if attempt >= attempts => return Err(error),
            Err(_) => {
                sleep(pause);
                pause *= 2;
                attempt += 1;
            }
        }
    }
}

pub fn query_pairs(query: &str) -> HashMap<String, Vec<String>> {
    let mut pairs: HashMap<String, Vec<String>> = HashMap::new();
    for part in query.trim_start_matches('?').split('&') {
        if part.is_empty() {
            continue;
        }
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        pairs.entry(percent_decode(name)).or_default().push(percent_decode(value));
    }
    pairs
}

pub fn pretty_size(mut bytes: f64) -> String {
    let units = ["B", "KB", "MB", "GB", "TB"];
    let mut unit = 0;
    while bytes >= 1024.0 && unit < units.len() - 1 {
        bytes /= 1024.0;
        unit += 1;
    }
    format!("{:.1} {}", bytes, units[unit])
}

pub fn url_slug(title: &str) -> String {
    let mut slug = String::new();
    let mut gap = false;
    for c in title.to_lowercase().chars() {
        if c.is_alphanumeric() {
            if gap && !slug.is_empty() {
                slug.push('-');
            }
            slug.push(c);
            gap = false;
        } else {
            gap = true;
        }
    }
    slug
}

pub fn count_words(text: &str, limit: usize) -> Vec<(String, usize)> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for word in text.to_lowercase().split_whitespace() {
        let word = word.trim_matches(|c: char| ".,;:!?".contains(c));
        if !word.is_empty() {
            *counts.entry(word.to_string()).or_insert(0) += 1;
        }
    }
    let mut ranked: Vec<_> = counts.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked.truncate(limit);
    ranked
}

pub fn csv_fields(line: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if quoted && c == '"' && chars.peek() == Some(&'"') {
            field.push('"');
            chars.next();
        } else if c == '"' {
            quoted = !quoted;
        } else if c == ',' && !quoted {
            fields.push(std::mem::take(&mut field));
        } else {
            field.push(c);
        }
    }
    fields.push(field);
    fields
}

pub fn find_set(parents: &mut [usize], mut item: usize) -> usize {
    let mut root = item;
    while parents[root] != root {
        root = parents[root];
    }
    while parents[item] != root {
        let next = parents[item];
        parents[item] = root;
        item = next;
    }
    root
}
