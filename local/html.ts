/** Markup that is safe as it stands. */
export interface Html {
  readonly markup: string;
}
type Value = string | number | Html | readonly Html[] | null;

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as markup that shows it, inside an element or a quoted attribute. */
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character]!);

/** A template whose values are escaped, unless they come from such a template themselves. */
export const html = (parts: TemplateStringsArray, ...values: Value[]): Html => ({
  markup: parts
    .map((part, position) => part + (position < values.length ? markupOf(values[position]!) : ''))
    .join(''),
});

function markupOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
}
