const nouns: Record<string, string> = {
  Action: 'action film',
  Adventure: 'adventure',
  'Black Comedy': 'black comedy',
  Comedy: 'comedy',
  'Concert/Performance': 'concert film',
  Documentary: 'documentary',
  Drama: 'drama',
  Horror: 'horror film',
  Musical: 'musical',
  'Romantic Comedy': 'romantic comedy',
  'Thriller/Suspense': 'thriller',
  Western: 'western',
};

const adjectives: Record<string, string> = {
  'Science Fiction': 'science-fiction',
  Fantasy: 'fantasy',
  'Historical Fiction': 'historical',
  'Super Hero': 'superhero',
  'Kids Fiction': 'family',
};

const origins: Record<string, string> = {
  'Based on Book/Short Story': 'based on a book or short story',
  'Based on Comic/Graphic Novel': 'based on a comic',
  'Based on Factual Book/Article': 'based on a factual book or article',
  'Based on Game': 'based on a game',
  'Based on Magazine Article': 'based on a magazine article',
  'Based on Musical/Opera': 'based on a musical or opera',
  'Based on Play': 'based on a play',
  'Based on Real Life Events': 'based on real events',
  'Based on Short Film': 'based on a short film',
  'Based on TV': 'based on a television programme',
  'Traditional/Legend/Fairytale': 'based on a legend or fairy tale',
};

/**
 * A sentence made of what the data says of a film and of nothing else: "A 1979 science-fiction horror film directed
 * by Ridley Scott." The data has no synopsis.
 */
export function synopsisOf(film: {
  year: string;
  major: string | null;
  creativeType: string | null;
  source: string | null;
  director: string | null;
}): string {
  const kind = [
    film.year,
    film.creativeType === null ? '' : (adjectives[film.creativeType] ?? ''),
    film.major === null ? 'film' : (nouns[film.major] ?? 'film'),
  ]
    .filter((word) => word !== '')
    .join(' ');
  const article = /^[aeiou]/.test(kind) ? 'An' : 'A';
  const director = film.director === null ? '' : ` directed by ${film.director}`;
  const origin = film.source === null ? undefined : origins[film.source];
  return `${article} ${kind}${director}${origin === undefined ? '' : `, ${origin}`}.`;
}
