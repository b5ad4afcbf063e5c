namespace Depot;

/** Keeps parcels. */
final class Store {
  private vec<Parcel> $parcels = vec[];

  public function __construct(private int $limit) {
    $this->limit = $limit;
    $this->check();
  }

  public async function findAsync(int $id): Awaitable<?Parcel> {
    $found = await $this->load($id);
    return $found;
  }
}

enum State: int {
  WAITING = 1;
  SENT = 2;
}

interface Keeper {
  public function keep(): void;
}

function weigh(Parcel $p): int {
  $sum = 0;
  return $sum;
}
