import gleam/dict.{type Dict}

pub type Tally {
  Tally(counts: Dict(String, Int), total: Int)
}

/// Counts one more of a name.
pub fn count(tally: Tally, name: String) -> Tally {
  let seen = dict.get(tally.counts, name)
  Tally(..tally, total: tally.total + 1)
}

fn empty() -> Tally {
  Tally(dict.new(), 0)
}
