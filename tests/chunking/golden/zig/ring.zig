const std = @import("std");

pub const capacity = 64;

/// A ring buffer of fixed size.
pub const Ring = struct {
    items: [capacity]u8 = undefined,
    head: usize = 0,
    len: usize = 0,

    /// Appends a byte, or fails when full.
    pub fn push(self: *Ring, item: u8) error{Full}!void {
        if (self.len == capacity) return error.Full;
        self.items[(self.head + self.len) % capacity] = item;
        self.len += 1;
    }

    pub fn pop(self: *Ring) ?u8 {
        if (self.len == 0) return null;
        const item = self.items[self.head];
        self.head = (self.head + 1) % capacity;
        self.len -= 1;
        return item;
    }
};

const Mode = enum { read, write };

fn Stack(comptime T: type) type {
    return struct {
        items: []T,

        fn top(self: @This()) T {
            return self.items[self.items.len - 1];
        }
    };
}

test "push and pop" {
    var ring = Ring{};
    try ring.push(1);
    try std.testing.expect(ring.pop().? == 1);
}
