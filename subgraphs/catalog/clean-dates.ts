import type { Report } from './cleaning-report.ts';

/** The year in which the data was made, the last in which its films can have been released or announced. */
const LAST_YEAR = 2011;
/** Until then a 31 December is a year without a day; later ones are openings in time for the awards. */
const YEARS_ALONE_UNTIL = 1995;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * `Jun 12 1998` becomes `1998-06-12`. Null where the day is unknown or impossible.
 * @param raw month, day and year, as the data has them
 */
export function cleanDate(raw: string, report: Report): string | null {
  const [month = '', day = '', given = ''] = raw.split(' ');
  if (raw === 'Dec 31 1969') {
    report.note('date-epoch', raw, 'none');
    return null;
  }
  let year = Number(given);
  const twoDigits = year > LAST_YEAR;
  if (twoDigits) year -= 100;
  const date = new Date(Date.UTC(year, months.indexOf(month), Number(day)));
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day) || !months.includes(month)) {
    report.note('date-invalid', raw, 'none');
    return null;
  }
  // a date that came with a two-digit year was written down in full, and is a real one
  const yearAlone = !twoDigits && month === 'Dec' && day === '31' && year <= YEARS_ALONE_UNTIL;
  if (yearAlone) date.setUTCDate(32);
  const clean = date.toISOString().slice(0, 10);
  if (twoDigits) report.note('date-century', raw, clean);
  if (yearAlone) report.note('date-year-end', raw, clean);
  return clean;
}
