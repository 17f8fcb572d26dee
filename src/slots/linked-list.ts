/** One place in a list. */
export interface Place<T> {
  readonly item: T;
  /** Whether it is still in the list. */
  readonly isIn: boolean;
  /** Takes it out of the list; twice is harmless. */
  remove(): void;
}

/** A list that gives, takes and drops in a handful of steps each, however long it is. */
export interface LinkedList<T> {
  readonly size: number;
  /** The one that has been in it for longest. */
  readonly first: Place<T> | undefined;
  append(item: T): Place<T>;
}

interface Node<T> extends Place<T> {
  before: Node<T> | undefined;
  after: Node<T> | undefined;
}

/** Makes an empty list. (A Set would do, were it not that its first element is looked for past all that have left.) */
export function linkedList<T>(): LinkedList<T> {
  let first: Node<T> | undefined;
  let last: Node<T> | undefined;
  let size = 0;
  const unlink = (node: Node<T>) => {
    if (node.before === undefined) first = node.after;
    else node.before.after = node.after;
    if (node.after === undefined) last = node.before;
    else node.after.before = node.before;
    size -= 1;
  };
  return {
    get size() {
      return size;
    },
    get first() {
      return first;
    },
    append(item) {
      let isIn = true;
      const remove = () => {
        if (isIn) unlink(node);
        isIn = false;
      };
      const node: Node<T> = {
        ...{ item, remove, before: last, after: undefined },
        get isIn() {
          return isIn;
        },
      };
      if (last === undefined) first = node;
      else last.after = node;
      last = node;
      size += 1;
      return node;
    },
  };
}
