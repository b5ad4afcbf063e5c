import 'dart:async';

typedef Tick = void Function(Duration elapsed);

/// A clock that can be stopped.
class Stopwatch2 extends Object with Disposable {
  final Tick onTick;
  Timer? _timer;

  Stopwatch2(this.onTick);

  Stopwatch2.paused(this.onTick) {
    _timer = null;
  }

  /// Starts ticking once a second.
  void start({Duration every = const Duration(seconds: 1)}) {
    _timer = Timer.periodic(every, (timer) {
      onTick(every * timer.tick);
    });
  }

  bool get running => _timer != null;

  @override
  void dispose() {
    _timer?.cancel();
    super.dispose();
  }
}

mixin Disposable {
  void dispose() {}
}

enum Phase { idle, running }

extension Pretty on Duration {
  String pretty() {
    return '${inMinutes}:${inSeconds % 60}';
  }
}

Future<void> main(List<String> arguments) async {
  final clock = Stopwatch2(print);
  clock.start();
}
