-- Customers and what they ordered.
CREATE TABLE customers (
    id serial PRIMARY KEY,
    email text NOT NULL UNIQUE,
    created_at timestamptz DEFAULT now()
);

CREATE INDEX customers_email ON customers (email);

CREATE VIEW recent_orders AS
SELECT o.id, c.email, o.total
FROM orders o
JOIN customers c ON c.id = o.customer_id
WHERE o.created_at > now() - interval '30 days';

CREATE OR REPLACE FUNCTION order_total(order_id integer) RETURNS numeric AS $$
BEGIN
    RETURN (SELECT sum(price * count) FROM order_lines WHERE order_lines.order_id = $1);
END;
$$ LANGUAGE plpgsql;

INSERT INTO customers (email) VALUES ('first@example.org');
