/** What stands in a lane: a number that grows with each, and no two have alike. */
interface Numbered {
  readonly seq: number;
}

/** Items in the order of their numbers. To take the first and to add a last one costs the same, however many there are. */
export interface Lane<Item extends Numbered> {
  readonly size: number;
  /** Adds one at the place of its number. */
  add(item: Item): void;
  /** Takes out the first; undefined where there is none. */
  take(): Item | undefined;
  /** Takes out one that stands in it. */
  drop(item: Item): void;
  /** Its place, 1 for the first. Those before it that were dropped may still count for a while. */
  rankOf(item: Item): number;
}

/** Items before the first, and dropped ones, that may stay until all are moved up. */
const LEAST_WASTE = 1_024;

/** Makes an empty lane. */
export function openLane<Item extends Numbered>(): Lane<Item> {
  let items: (Item | null)[] = [];
  // What a dropped item was numbered, at its place.
  let numbers: number[] = [];
  let first = 0;
  let size = 0;

  /** The first place at or behind `first` whose number is not below this one. */
  const placeOf = (seq: number) => {
    let [low, high] = [first, numbers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((numbers[middle] ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const tidy = () => {
    if (items.length - size < LEAST_WASTE || items.length < 2 * size) return;
    items = items.slice(first).filter((item) => item !== null);
    numbers = items.map((item) => item?.seq ?? 0);
    first = 0;
  };

  return {
    get size() {
      return size;
    },
    add(item) {
      const place = placeOf(item.seq);
      if (numbers[place] === item.seq) {
        items[place] = item;
      } else {
        items.splice(place, 0, item);
        numbers.splice(place, 0, item.seq);
      }
      size += 1;
    },
    take() {
      while (first < items.length) {
        const item = items[first];
        items[first] = null;
        first += 1;
        if (item === null || item === undefined) continue;
        size -= 1;
        tidy();
        return item;
      }
      return undefined;
    },
    drop(item) {
      items[placeOf(item.seq)] = null;
      size -= 1;
      tidy();
    },
    rankOf: (item) => placeOf(item.seq) - first + 1,
  };
}
