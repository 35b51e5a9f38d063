import type DataLoader from 'dataloader';

/** What a foreign key names. @throws if it names nothing, which the database does not allow */
export async function loaded<Row>(loader: DataLoader<string, Row | null>, id: string): Promise<Row> {
  const row = await loader.load(id);
  if (row === null) throw new Error(`The row ${id} is gone.`);
  return row;
}
