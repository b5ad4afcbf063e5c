# frozen_string_literal: true

require "bigdecimal"

module Billing
  RATE = BigDecimal("0.19")

  # An invoice with its lines.
  class Invoice < Document
    include Comparable
    attr_reader :lines, :customer

    def initialize(customer)
      @customer = customer
      @lines = []
    end

    # Adds a line and returns the invoice.
    def add(text, amount, count: 1)
      lines << Line.new(text, amount * count)
      self
    end

    def self.from_csv(path)
      CSV.foreach(path).with_object(new(nil)) do |row, invoice|
        invoice.add(row[0], BigDecimal(row[1]))
      end
    end

    def empty? = lines.empty?

    def <=>(other)
      total <=> other.total
    end
  end

  module Tax
    def self.of(amount)
      amount * RATE
    end
  end
end

describe Billing::Invoice do
  it "starts empty" do
    expect(Billing::Invoice.new("A")).to be_empty
  end
end
