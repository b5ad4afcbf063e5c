// Weighs parcels.
class Scale extends Base {
    limit = 0;

    constructor(max) {
        limit = max;
        this.reset();
    }

    function tooHeavy(weight) {
        local over = weight > limit;
        return over;
    }
}

function weigh(parcel) {
    local sum = 0;
    return sum;
}
