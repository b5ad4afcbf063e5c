// Package algorithms has small algorithms, each written in four languages: what similar code should find across them.
package algorithms

import (
	"container/heap"
	"errors"
	"fmt"
	"net/url"
	"sort"
	"strings"
	"time"
	"unicode"
)

func EditDistance(s, t string) int {
	prev := make([]int, len(t)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(s); i++ {
		cur := make([]int, len(t)+1)
		cur[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
		}
		prev = cur
	}
	return prev[len(t)]
}

func SearchInts(xs []int, x int) int {
	lo, hi := 0, len(xs)-1
	for lo <= hi {
		mid := lo + (hi-lo)/2
		switch {
		case xs[mid] == x:
			return mid
		case xs[mid] < x:
			lo = mid + 1
		default:
			hi = mid - 1
		}
	}
	return -1
}

func PrimesUpTo(limit int) []int {
	crossed := make([]bool, limit)
	var primes []int
	for n := 2; n < limit; n++ {
		if crossed[n] {
			continue
		}
		primes = append(primes, n)
		for m := n * n; m < limit; m += n {
			crossed[m] = true
		}
	}
	return primes
}

func GCD(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	if a < 0 {
		return -a
	}
	return a
}

func CompressRuns(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] == s[i] {
			j++
		}
		fmt.Fprintf(&b, "%d%c", j-i, s[i])
		i = j
	}
	return b.String()
}

type Span struct{ Start, End int }

func Coalesce(spans []Span) []Span {
	sort.Slice(spans, func(i, j int) bool { return spans[i].Start < spans[j].Start })
	var out []Span
	for _, s := range spans {
		if n := len(out); n > 0 && s.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, s.End)
		} else {
			out = append(out, s)
		}
	}
	return out
}

func TopoSort(graph map[string][]string) ([]string, error) {
	degree := map[string]int{}
	for node, targets := range graph {
		degree[node] += 0
		for _, target := range targets {
			degree[target]++
		}
	}
	var ready, order []string
	for node, n := range degree {
		if n == 0 {
			ready = append(ready, node)
		}
	}
	for len(ready) > 0 {
		node := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		order = append(order, node)
		for _, target := range graph[node] {
			degree[target]--
			if degree[target] == 0 {
				ready = append(ready, target)
			}
		}
	}
	if len(order) < len(degree) {
		return nil, errors.New("cycle")
	}
	return order, nil
}

func Distances(graph map[string][]Edge, source string) map[string]int {
	dist := map[string]int{source: 0}
	pq := &Queue{{source, 0}}
	for pq.Len() > 0 {
		item := heap.Pop(pq).(Edge)
		if item.Cost > dist[item.To] {
			continue
		}
		for _, e := range graph[item.To] {
			d := item.Cost + e.Cost
			if known, ok := dist[e.To]; !ok || d < known {
				dist[e.To] = d
				heap.Push(pq, Edge{e.To, d})
			}
		}
	}
	return dist
}

func FewestHops(adj map[int][]int, src, dst int) int {
	visited := map[int]bool{src: true}
	level := []int{src}
	for depth := 0; len(level) > 0; depth++ {
		var next []int
		for _, u := range level {
			if u == dst {
				return depth
			}
			for _, v := range adj[u] {
				if !visited[v] {
					visited[v] = true
					next = append(next, v)
				}
			}
		}
		level = next
	}
	return -1
}

func SortInPlace(a []int, lo, hi int) {
	if lo >= hi {
		return
	}
	pivot, store := a[hi], lo
	for i := lo; i < hi; i++ {
		if a[i] < pivot {
			a[i], a[store] = a[store], a[i]
			store++
		}
	}
	a[hi], a[store] = a[store], a[hi]
	SortInPlace(a, lo, store-1)
	SortInPlace(a, store+1, hi)
}

func Merge(a, b []int) []int {
	out := make([]int, 0, len(a)+len(b))
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		if a[i] <= b[j] {
			out = append(out, a[i])
			i++
		} else {
			out = append(out, b[j])
			j++
		}
	}
	out = append(out, a[i:]...)
	return append(out, b[j:]...)
}

func PowMod(base, exp, mod uint64) uint64 {
	result := uint64(1)
	base %= mod
	for exp > 0 {
		if exp&1 == 1 {
			result = result * base % mod
		}
		base = base * base % mod
		exp >>= 1
	}
	return result
}

func Balanced(s string) bool {
	closing := map[rune]rune{')': '(', ']': '[', '}': '{'}
	var stack []rune
	for _, r := range s {
		switch r {
		case '(', '[', '{':
			stack = append(stack, r)
		case ')', ']', '}':
			if len(stack) == 0 || stack[len(stack)-1] != closing[r] {
				return false
			}
			stack = stack[:len(stack)-1]
		}
	}
	return len(stack) == 0
}

func MaxValue(weights, values []int, capacity int) int {
	best := make([]int, capacity+1)
	for i, w := range weights {
		for room := capacity; room >= w; room-- {
			best[room] = max(best[room], best[room-w]+values[i])
		}
	}
	return best[capacity]
}

func CommonSubsequence(a, b string) int {
	dp := make([][]int, len(a)+1)
	for i := range dp {
		dp[i] = make([]int, len(b)+1)
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			if a[i-1] == b[j-1] {
				dp[i][j] = dp[i-1][j-1] + 1
			} else {
				dp[i][j] = max(dp[i-1][j], dp[i][j-1])
			}
		}
	}
	return dp[len(a)][len(b)]
}

func LargestRunSum(xs []int) int {
	best, cur := xs[0], xs[0]
	for _, x := range xs[1:] {
		cur = max(x, cur+x)
		best = max(best, cur)
	}
	return best
}

func MatMul(a, b [][]float64) [][]float64 {
	c := make([][]float64, len(a))
	for i := range a {
		c[i] = make([]float64, len(b[0]))
		for j := range b[0] {
			for k := range b {
				c[i][j] += a[i][k] * b[k][j]
			}
		}
	}
	return c
}

func Fill(img [][]int, y, x, value int) {
	old := img[y][x]
	if old == value {
		return
	}
	stack := [][2]int{{y, x}}
	for len(stack) > 0 {
		p := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if p[0] < 0 || p[1] < 0 || p[0] >= len(img) || p[1] >= len(img[0]) || img[p[0]][p[1]] != old {
			continue
		}
		img[p[0]][p[1]] = value
		stack = append(stack, [2]int{p[0] + 1, p[1]}, [2]int{p[0] - 1, p[1]}, [2]int{p[0], p[1] + 1}, [2]int{p[0], p[1] - 1})
	}
}

func Rotate(text string, shift rune) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return 'a' + (r-'a'+shift)%26
		case r >= 'A' && r <= 'Z':
			return 'A' + (r-'A'+shift)%26
		}
		return r
	}, text)
}

func Luhn(number string) bool {
	sum, double := 0, false
	for i := len(number) - 1; i >= 0; i-- {
		d := int(number[i] - '0')
		if double {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}

func Roman(n int) string {
	values := []int{1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1}
	symbols := []string{"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"}
	var sb strings.Builder
	for i, v := range values {
		for n >= v {
			sb.WriteString(symbols[i])
			n -= v
		}
	}
	return sb.String()
}

func Retry(op func() error, attempts int, delay time.Duration) error {
	var err error
	for i := 0; i < attempts; i++ {
		if err = op(); err == nil {
			return nil
		}
		time.Sleep(delay)
		delay *= 2
	}
	return err
}

func ParseParams(query string) (map[string][]string, error) {
	params := map[string][]string{}
	for _, pair := range strings.Split(strings.TrimPrefix(query, "?"), "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(key)
		if err != nil {
			return nil, err
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return nil, err
		}
		params[key] = append(params[key], value)
	}
	return params, nil
}

func ReadableBytes(n float64) string {
	units := []string{"B", "KB", "MB", "GB", "TB"}
	i := 0
	for n >= 1024 && i < len(units)-1 {
		n /= 1024
		i++
	}
	return fmt.Sprintf("%.1f %s", n, units[i])
}

func Slug(title string) string {
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(title) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			dash = false
		} else {
			dash = true
		}
	}
	return b.String()
}

func TopWords(text string, n int) []string {
	counts := map[string]int{}
	for _, field := range strings.Fields(strings.ToLower(text)) {
		if word := strings.Trim(field, ".,;:!?"); word != "" {
			counts[word]++
		}
	}
	words := make([]string, 0, len(counts))
	for word := range counts {
		words = append(words, word)
	}
	sort.Slice(words, func(i, j int) bool {
		if counts[words[i]] != counts[words[j]] {
			return counts[words[i]] > counts[words[j]]
		}
		return words[i] < words[j]
	})
	return words[:min(n, len(words))]
}

func SplitRecord(line string) []string {
	var fields []string
	var field strings.Builder
	quoted := false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quoted && c == '"' && i+1 < len(line) && line[i+1] == '"':
			field.WriteByte('"')
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			fields = append(fields, field.String())
			field.Reset()
		default:
			field.WriteByte(c)
		}
	}
	return append(fields, field.String())
}

func Find(parent []int, x int) int {
	root := x
	for parent[root] != root {
		root = parent[root]
	}
	for parent[x] != root {
		parent[x], x = root, parent[x]
	}
	return root
}
