/**
 * A day of the calendar, from `YYYY-MM-DD`.
 * @returns undefined if the text is none
 */
export function readDay(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : undefined;
}

/** `YYYY-MM-DD` of a column of type date. */
export const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
