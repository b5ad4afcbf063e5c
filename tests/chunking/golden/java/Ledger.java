package org.example.bank;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the bookings of one account.
 */
@Service
public class Ledger implements Iterable<Booking> {
    private static final int LIMIT = 1000;
    private final List<Booking> bookings = new ArrayList<>();

    public Ledger(Account account) {
        this.account = account;
    }

    /** Books an amount; negative amounts are withdrawals. */
    @Override
    @Transactional(timeout = 5)
    public synchronized Booking book(long amount, String purpose)
            throws LimitExceeded {
        if (bookings.size() >= LIMIT) {
            throw new LimitExceeded(LIMIT);
        }
        Booking booking = new Booking(amount, purpose);
        bookings.add(booking);
        return booking;
    }

    private Account account;

    public long balance() {
        return bookings.stream().mapToLong(Booking::amount).sum();
    }

    enum State {
        OPEN,
        CLOSED;

        boolean writable() {
            return this == OPEN;
        }
    }

    interface Listener {
        void booked(Booking booking);
        void closed();
    }

    record Booking(long amount, String purpose) {
        Booking {
            if (purpose.isBlank()) throw new IllegalArgumentException("purpose");
        }
    }
}
