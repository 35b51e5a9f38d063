/** No id of ours looks otherwise; what does cannot be there, and PostgreSQL would choke on some of it. */
export const isId = (id: string): boolean => /^[\w-]{1,200}$/.test(id);
