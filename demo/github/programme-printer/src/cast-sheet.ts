// Lays out a cast sheet: one line per part, understudies marked with a dagger.
export function lines(parts: Map<string, string>, understudies: Set<string>): string[] {
  const width = Math.max(0, ...[...parts.keys()].map((part) => part.length));
  return [...parts].map(([part, name]) => `${part.padEnd(width)}  ${name}${understudies.has(name) ? "†" : ""}`);
}
