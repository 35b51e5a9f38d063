/** A measurement's table, as Markdown shows it and as the results file keeps it. */
export interface Table {
  readonly title: string;
  /** Sentences below the title: what was measured, what was left out and why. */
  readonly notes: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export function toMarkdown({ title, notes, columns, rows }: Table): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [
    `### ${title}`,
    '',
    ...notes.flatMap((note) => [note, '']),
    line(columns),
    line(columns.map((_, index) => (index === 0 ? '---' : '--:'))),
    ...rows.map(line),
    '',
  ].join('\n');
}

/** Three digits are what a measurement like these is good for. */
export function round(value: number): number | string {
  if (!Number.isFinite(value)) return '-';
  if (value === 0) return 0;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return Number(value.toFixed(digits));
}

export const times = (value: number): string => (Number.isFinite(value) ? `${round(value)}x` : '-');
