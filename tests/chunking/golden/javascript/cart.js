'use strict';

const db = require('./db');
const { round } = require('./money');

const TAX = 0.19;

/**
 * Adds an item to the cart of a session.
 * @param {string} session
 */
function addItem(session, item) {
  const cart = db.get(session) || [];
  cart.push(item);
  db.set(session, cart);
}

const total = (items) => {
  let sum = 0;
  for (const item of items) sum += item.price * item.count;
  return round(sum * (1 + TAX));
};

exports.checkout = async function (session) {
  const items = db.get(session);
  if (!items) throw new Error('empty cart');
  return { total: total(items), items };
};

const helpers = {
  isEmpty: function (cart) {
    return !cart || cart.length === 0;
  },
  count(cart) {
    return cart.reduce((n, item) => n + item.count, 0);
  },
  first: (cart) => cart[0],
};

class Coupon {
  static codes = new Map();

  constructor(code, percent) {
    this.code = code;
    this.percent = percent;
  }

  /** Price after the discount. */
  apply(price) {
    return price * (1 - this.percent / 100);
  }

  get label() { return `${this.code}: ${this.percent}%`; }
}

Coupon.prototype.expired = function (now) {
  return this.until !== undefined && this.until < now;
};

var registry = (function () {
  var coupons = {};

  function register(coupon) {
    coupons[coupon.code] = coupon;
    return coupon;
  }

  function lookup(code) {
    return coupons[code];
  }

  return { register: register, lookup: lookup };
})();

const one = () => 1;
const two = () => 2;

module.exports = { addItem, total, helpers, Coupon };
