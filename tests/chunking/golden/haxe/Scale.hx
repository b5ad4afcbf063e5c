package depot;

/** Weighs parcels. **/
class Scale {
	var limit:Int;

	public function new(limit:Int) {
		this.limit = limit;
		reset();
	}

	public function tooHeavy(weight:Int):Bool {
		var over = weight > limit;
		return over;
	}
}

interface Weighing {
	function weigh():Int;
}

enum Unit {
	Gram;
	Kilo;
}

typedef Point = {
	var x:Float;
	var y:Float;
}
