@0xdbb9ad1f14bf0b36;

# A parcel on its way.
struct Parcel {
  id @0 :UInt64;
  label @1 :Text;
}

enum State {
  waiting @0;
  sent @1;
}

interface Depot {
  find @0 (id :UInt64) -> (parcel :Parcel);
  send @1 (parcel :Parcel);
}
