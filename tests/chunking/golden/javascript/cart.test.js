const { total, Coupon } = require('./cart');

describe('total', () => {
  beforeEach(() => {
    jest.resetModules();
  });

  it('is zero for an empty cart', () => {
    expect(total([])).toBe(0);
  });

  describe('with coupons', () => {
    test('subtracts the discount', async () => {
      const coupon = new Coupon('WELCOME', 10);
      expect(coupon.apply(100)).toBe(90);
    });
  });
});
