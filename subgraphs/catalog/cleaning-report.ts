/** What one rule found in the data. */
export interface RuleReport {
  readonly rule: string;
  /** What is wrong, and what is done about it. */
  readonly decision: string;
  /** How many rows it concerned. */
  readonly count: number;
  /** The first few, as they were and as they are now. */
  readonly examples: readonly { readonly before: string; readonly after: string }[];
}

/** Every rule, with its decision: the report names all of them, those that found nothing too. */
const decisions = {
  'name-missing': 'A row without a title cannot be told from any other: dropped.',
  'name-is-a-number': 'Titles such as 300 were stored as numbers: made text.',
  'name-encoding': 'Latin-1 bytes that were read as Mac Roman ("LÈon"): read again the right way.',
  'name-spaces': 'Doubled spaces: one.',
  'name-article-last': 'Library order ("Barbarians, The"): natural order.',
  'name-release-note': 'A year or a release in brackets that is no part of the name: removed.',
  'film-twice': 'Two releases of one film: one film, with the first date and the values that either row has.',
  'date-century': 'Years after 2011, when the data was made, came of two digits: a hundred years earlier.',
  'date-epoch': '31 December 1969 is the zero of a clock, a day early in the west: no date.',
  'date-year-end':
    'Up to 1995, 31 December is 1 January of the next year a time zone away, and stands for a year alone: that 1 January.',
  'date-invalid': 'Not a day of the calendar: no date.',
  'rating-missing': 'No MPAA rating, so nobody said that it is fit for the young: counts as AGE_18.',
  'rating-none': '"Not Rated" and "Open" are no ratings: counts as AGE_18.',
  'rating-of-namesake': 'PG-13 began in July 1984; an older film has it from its remake: no rating.',
  'runtime-implausible': 'Shorter than 30 or longer than 400 minutes: unknown.',
  'gross-zero': 'Box office of zero means that nobody counted: unknown.',
  'votes-shared':
    'Two films of like name with the same votes and score: one has them by mistake. They stay with the one that earned more.',
  'votes-missing':
    'Popularity without votes is estimated from the box office, by the line that fits the other films.',
  'popularity-unknown': 'Neither votes nor box office: popularity 0.',
  'genre-compound': 'One label for two genres ("Romantic Comedy", "Black Comedy"): both.',
  'genre-missing': 'Neither a genre nor a creative type: no genres.',
  'person-quotes': 'Quotation marks doubled by an export: single.',
  'id-collision': 'Two films with one name and year: the later row gets a number.',
} as const;
export type Rule = keyof typeof decisions;

export interface Report {
  /** Notes that a rule changed something. */
  note(rule: Rule, before: string, after: string): void;
  rules(): RuleReport[];
}

const EXAMPLES = 5;

/** Collects what the rules find, in the order of the list of rules. */
export function createReport(): Report {
  const counts = new Map<Rule, number>();
  const examples = new Map<Rule, { before: string; after: string }[]>();
  return {
    note(rule, before, after) {
      counts.set(rule, (counts.get(rule) ?? 0) + 1);
      const list = examples.get(rule) ?? [];
      if (list.length < EXAMPLES) examples.set(rule, [...list, { before, after }]);
    },
    rules: () =>
      (Object.keys(decisions) as Rule[]).map((rule) => ({
        rule,
        decision: decisions[rule],
        count: counts.get(rule) ?? 0,
        examples: examples.get(rule) ?? [],
      })),
  };
}
