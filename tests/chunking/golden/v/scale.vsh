module main

// A scale weighs.
struct Scale {
	limit int
}

enum Unit {
	gram
	kilo
}

// too_heavy says whether it is.
fn (s Scale) too_heavy(weight int) bool {
	over := weight > s.limit
	return over
}

fn main() {
	scale := Scale{30}
	println(scale.too_heavy(3))
}
