namespace py depot

/** A parcel on its way. */
struct Parcel {
  1: required i64 id,
  2: optional string label,
}

enum State {
  WAITING = 1,
  SENT = 2,
}

exception NotFound {
  1: string why
}

// What other programs may ask.
service Depot extends Base {
  Parcel find(1: i64 id) throws (1: NotFound missing),
  void send(1: Parcel parcel),
}
