/** What the four subgraphs know, in the size of the well-known benchmark: 6 users, 9 products, 11 reviews. */

export interface User {
  readonly __typename: 'User';
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly birthday: number;
  readonly reviews: readonly Review[];
}

export interface Product {
  readonly __typename: 'Product';
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
  readonly inStock: boolean;
  readonly shippingEstimate: number;
  readonly reviews: readonly Review[];
}

export interface Review {
  readonly __typename: 'Review';
  readonly id: string;
  readonly body: string;
  readonly author: User;
  readonly product: Product;
}

/** Dear things are sent for nothing, all else by weight. */
export const shippingEstimate = (price: number, weight: number): number =>
  price > 1000 ? 0 : Math.floor(weight / 2);

const WORDS =
  'it came on time and does what it should a little louder than I had hoped but we use it every day and would buy the same one again for the price there is nothing better in the shops near us'.split(
    ' ',
  );

/** A text of about that many characters, the same at every run. */
function bodyOf(seed: number, length: number): string {
  let text = '';
  for (let word = seed * 5; text.length < length; word += 1) text += `${WORDS[word % WORDS.length]} `;
  return text.trim();
}

const names = ['Ada Byron', 'Alan Mathison', 'Grace Brewster', 'Edsger Wybe', 'Barbara Jane', 'Ken Lane'];
const productNames = ['Table', 'Couch', 'Glass', 'Chair', 'TV', 'Lamp', 'Grill', 'Fridge', 'Sofa'];
/** Which product each of the eleven reviews is of, and how long it is. */
const written: readonly (readonly [upc: number, length: number])[] = [
  [1, 500],
  [1, 345],
  [1, 320],
  [1, 190],
  [2, 480],
  [2, 290],
  [2, 270],
  [2, 140],
  [3, 140],
  [4, 140],
  [4, 860],
];

interface Mutable {
  readonly users: (User & { reviews: Review[] })[];
  readonly products: (Product & { reviews: Review[] })[];
  readonly reviews: Review[];
}

function build(): Mutable {
  const users = names.map((name, index) => ({
    __typename: 'User' as const,
    id: String(index + 1),
    name,
    username: `@${name.split(' ')[0]?.toLowerCase()}`,
    birthday: 1900 + index * 7,
    reviews: [] as Review[],
  }));
  const products = productNames.map((name, index) => {
    const price = [899, 1299, 15, 499, 1299, 6999, 3999, 100_000, 9999][index] ?? 0;
    const weight = [100, 1000, 20, 100, 1000, 300, 2000, 6000, 12][index] ?? 0;
    return {
      __typename: 'Product' as const,
      upc: String(index + 1),
      name,
      price,
      weight,
      inStock: index % 3 !== 1,
      shippingEstimate: shippingEstimate(price, weight),
      reviews: [] as Review[],
    };
  });
  const reviews = written.map(([upc, length], index): Review => {
    const author = users[index % users.length];
    const product = products[upc - 1];
    if (!author || !product) throw new Error('A review without author or product.');
    const review: Review = {
      __typename: 'Review',
      id: String(index + 1),
      body: bodyOf(index, length),
      author,
      product,
    };
    product.reviews.push(review);
    return review;
  });
  // every user is shown the same number of reviews, so that the answer's size is that of the known benchmark
  for (const [index, user] of users.entries())
    user.reviews.push(...reviews.slice(index % 4, (index % 4) + 2));
  return { users, products, reviews };
}

export interface Data {
  readonly users: readonly User[];
  readonly products: readonly Product[];
  readonly reviews: readonly Review[];
}

export const createData = (): Data => build();
