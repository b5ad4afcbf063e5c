use array::ArrayTrait;

/// A scale weighs.
#[derive(Drop)]
struct Scale {
    limit: felt252,
    unit: u8,
}

trait Weighing {
    fn weigh(self: @Scale) -> u32;
}

impl ScaleImpl of Weighing {
    fn weigh(self: @Scale) -> u32 {
        let a = 1;
        a
    }
}

fn main() -> u32 {
    let s = 3;
    s + 1
}
