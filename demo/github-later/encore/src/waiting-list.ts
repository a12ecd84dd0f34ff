export interface Entry {
  person: string;
  joined: Date;
  member: boolean;
}

const MEMBERS_HEAD_START_MS = 60 * 60 * 1000;

// First come, first served, members an hour earlier.
export function inOrder(entries: readonly Entry[]): Entry[] {
  const rank = (entry: Entry) => entry.joined.getTime() - (entry.member ? MEMBERS_HEAD_START_MS : 0);
  return [...entries].sort((one, other) => rank(one) - rank(other));
}
