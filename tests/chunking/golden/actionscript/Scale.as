package depot {
    import flash.events.Event;

    /** Weighs parcels. */
    public class Scale extends Base {
        private var limit:int;

        public function Scale(max:int) {
            limit = max;
            reset();
        }

        public function tooHeavy(weight:int):Boolean {
            var over:Boolean = weight > limit;
            return over;
        }
    }
}
