$version: "2"
namespace depot

/// Keeps parcels.
service Depot {
    version: "1"
    operations: [FindParcel]
}

@readonly
operation FindParcel {
    input: ParcelId
    output: Parcel
}

structure Parcel {
    @required
    id: String
    label: String
}
