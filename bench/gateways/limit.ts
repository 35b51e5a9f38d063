// What plain code can do: no GraphQL at all, only the calls and the merging that these three operations need, written by
// hand. Nothing in JavaScript that does the same work over undici can be much faster. node build/gateways/limit.js PORT SUBGRAPHS
import { createServer } from 'node:http';
import { Pool, type Dispatcher } from 'undici';
import { operations } from '../operations.ts';

const [, , port, origin = ''] = process.argv;
const pool = new Pool(origin, { connections: 64, pipelining: 1 });

// ---- calls

interface Product {
  upc: string;
  name: string | null;
  price: number | null;
  weight: number | null;
  inStock: boolean | null;
  shippingEstimate: number | null;
  reviews: Review[];
}
interface User {
  id: string;
  name: string | null;
  username: string | null;
  reviews: Review[];
}
interface Review {
  id: string;
  body: string | null;
  author: User;
  product: Product;
}

class Answer implements Dispatcher.DispatchHandler {
  readonly #done: (data: never) => void;
  readonly #failed: (error: Error) => void;
  #first: Buffer | undefined;
  #more: Buffer[] | undefined;
  constructor(done: (data: never) => void, failed: (error: Error) => void) {
    this.#done = done;
    this.#failed = failed;
  }
  onConnect(): void {}
  onHeaders(): boolean {
    return true;
  }
  onData(chunk: Buffer): boolean {
    if (!this.#first) this.#first = chunk;
    else (this.#more ??= [this.#first]).push(chunk);
    return true;
  }
  onComplete(): void {
    const whole = this.#more ? Buffer.concat(this.#more) : (this.#first ?? Buffer.alloc(0));
    this.#done((JSON.parse(whole.toString('utf8')) as { data: never }).data);
  }
  onError(error: Error): void {
    this.#failed(error);
  }
}

const headers = ['content-type', 'application/json', 'accept', 'application/json'];
const call = <T>(subgraph: string, body: string): Promise<T> =>
  new Promise((resolve, reject) => {
    pool.dispatch(
      { path: `/${subgraph}`, method: 'POST', headers, body },
      new Answer(resolve as (data: never) => void, reject),
    );
  });

/** Asks for entities, each only once, and gives each target its own. */
async function entities<Target, Entity>(
  subgraph: string,
  head: string,
  targets: readonly Target[],
  key: (target: Target) => string,
  take: (target: Target, entity: Entity) => void,
): Promise<void> {
  const places = new Map<string, number>();
  const which: number[] = [];
  let representations = '';
  for (const target of targets) {
    const text = key(target);
    let place = places.get(text);
    if (place === undefined) {
      place = places.size;
      places.set(text, place);
      representations += place === 0 ? text : `,${text}`;
    }
    which.push(place);
  }
  const { _entities } = await call<{ _entities: Entity[] }>(
    subgraph,
    `${head},"variables":{"representations":[${representations}]}}`,
  );
  for (let index = 0; index < targets.length; index += 1)
    take(targets[index] as Target, _entities[which[index] as number] as Entity);
}

const asked = (query: string): string => `{"query":${JSON.stringify(query)}`;
const askedOf = (type: string, fields: string): string =>
  asked(
    `query($representations:[_Any!]!){_entities(representations:$representations){...on ${type}{${fields}}}}`,
  );

const USERS = `${asked('{users{id username name}}')}}`;
const TOP_PRODUCTS = `${asked('{topProducts{name price upc weight}}')}}`;
const TOP_PRODUCTS_BRIEF = `${asked('{topProducts{upc name price}}')}}`;
const USER_REVIEWS = askedOf(
  'User',
  'reviews{id body product{upc reviews{id body author{id username reviews{id body product{upc}}}}}}',
);
const PRODUCT_REVIEWS = askedOf(
  'Product',
  'reviews{id body author{id username reviews{id body product{upc}}}}',
);
const PRODUCT_REVIEWS_BRIEF = askedOf('Product', 'reviews{id body author{id}}');
const NAMES = askedOf('User', 'name');
const DETAILS = askedOf('Product', 'name price weight');
const ESTIMATES = askedOf('Product', 'shippingEstimate');
const IN_STOCK = askedOf('Product', 'inStock');
const STOCK = askedOf('Product', 'inStock shippingEstimate');

const userKey = ({ id }: User): string => `{"__typename":"User","id":${quote(id)}}`;
const productKey = ({ upc }: Product): string => `{"__typename":"Product","upc":${quote(upc)}}`;
const pricedKey = ({ upc, price, weight }: Product): string =>
  `{"__typename":"Product","price":${price},"weight":${weight},"upc":${quote(upc)}}`;

const names = (users: readonly User[]): Promise<void> =>
  entities('accounts', NAMES, users, userKey, (user, { name }: User) => {
    user.name = name;
  });
const inStock = (products: readonly Product[]): Promise<void> =>
  entities('inventory', IN_STOCK, products, productKey, (product, { inStock: is }: Product) => {
    product.inStock = is;
  });
async function details(products: readonly Product[]): Promise<void> {
  await entities('products', DETAILS, products, productKey, (product, { name, price, weight }: Product) => {
    product.name = name;
    product.price = price;
    product.weight = weight;
  });
  await entities('inventory', ESTIMATES, products, pricedKey, (product, { shippingEstimate }: Product) => {
    product.shippingEstimate = shippingEstimate;
  });
}

// ---- the operations

async function bigUsers(): Promise<User[]> {
  const { users } = await call<{ users: User[] }>('accounts', USERS);
  await entities('reviews', USER_REVIEWS, users, userKey, (user, { reviews }: User) => {
    user.reviews = reviews;
  });
  const reviewed: Product[] = [];
  const authors: User[] = [];
  const further: Product[] = [];
  for (const user of users)
    for (const { product } of user.reviews) {
      reviewed.push(product);
      for (const { author } of product.reviews) {
        authors.push(author);
        for (const review of author.reviews) further.push(review.product);
      }
    }
  await Promise.all([
    details(reviewed),
    inStock(reviewed),
    names(authors),
    details(further),
    inStock(further),
  ]);
  return users;
}

async function bigTopProducts(): Promise<Product[]> {
  const { topProducts } = await call<{ topProducts: Product[] }>('products', TOP_PRODUCTS);
  const reviewed = async (): Promise<void> => {
    await entities('reviews', PRODUCT_REVIEWS, topProducts, productKey, (product, { reviews }: Product) => {
      product.reviews = reviews;
    });
    const authors: User[] = [];
    const further: Product[] = [];
    for (const product of topProducts)
      for (const { author } of product.reviews) {
        authors.push(author);
        for (const review of author.reviews) further.push(review.product);
      }
    await Promise.all([names(authors), details(further), inStock(further)]);
  };
  await Promise.all([
    reviewed(),
    entities('inventory', STOCK, topProducts, pricedKey, (product, entity: Product) => {
      product.inStock = entity.inStock;
      product.shippingEstimate = entity.shippingEstimate;
    }),
  ]);
  return topProducts;
}

async function big(): Promise<string> {
  const [users, topProducts] = await Promise.all([bigUsers(), bigTopProducts()]);
  return `{"data":{"users":${list(users, (user) => `{${userFields(user)},"reviews":${list(user.reviews, reviewWithAll)}}`)},"topProducts":${list(topProducts, (product) => `{${productFields(product)},"reviews":${list(product.reviews, reviewWithAuthor)}}`)}}}`;
}

async function middle(): Promise<string> {
  const { topProducts } = await call<{ topProducts: Product[] }>('products', TOP_PRODUCTS_BRIEF);
  await Promise.all([
    inStock(topProducts),
    entities('reviews', PRODUCT_REVIEWS_BRIEF, topProducts, productKey, (product, { reviews }: Product) => {
      product.reviews = reviews;
    }).then(() => names(topProducts.flatMap(({ reviews }) => reviews.map(({ author }) => author)))),
  ]);
  return `{"data":{"topProducts":${list(
    topProducts,
    ({ upc, name, price, inStock: is, reviews }) =>
      `{"upc":${quote(upc)},"name":${text(name)},"price":${price},"inStock":${is},"reviews":${list(
        reviews,
        (review) =>
          `{${reviewFields(review)},"author":{"id":${quote(review.author.id)},"name":${text(review.author.name)}}}`,
      )}}`,
  )}}}`;
}

async function small(): Promise<string> {
  const { users } = await call<{ users: User[] }>('accounts', USERS);
  return `{"data":{"users":${list(users, (user) => `{${userFields(user)}}`)}}}`;
}

// ---- the answer's text

const special = /[\u0000-\u001f"\\\ud800-\udfff]/;
const quote = (value: string): string => (special.test(value) ? JSON.stringify(value) : `"${value}"`);
const text = (value: string | null): string => (value === null ? 'null' : quote(value));
function list<T>(items: readonly T[], write: (item: T) => string): string {
  let written = '[';
  for (let index = 0; index < items.length; index += 1)
    written += index === 0 ? write(items[index] as T) : `,${write(items[index] as T)}`;
  return `${written}]`;
}
const userFields = ({ id, username, name }: User): string =>
  `"id":${quote(id)},"username":${text(username)},"name":${text(name)}`;
const reviewFields = ({ id, body }: Review): string => `"id":${quote(id)},"body":${text(body)}`;
const productFields = ({ inStock: is, name, price, shippingEstimate, upc, weight }: Product): string =>
  `"inStock":${is},"name":${text(name)},"price":${price},"shippingEstimate":${shippingEstimate},"upc":${quote(upc)},"weight":${weight}`;
const reviewWithProduct = (review: Review): string =>
  `{${reviewFields(review)},"product":{${productFields(review.product)}}}`;
const reviewWithAuthor = (review: Review): string =>
  `{${reviewFields(review)},"author":{${userFields(review.author)},"reviews":${list(review.author.reviews, reviewWithProduct)}}}`;
const reviewWithAll = (review: Review): string =>
  `{${reviewFields(review)},"product":{${productFields(review.product)},"reviews":${list(review.product.reviews, reviewWithAuthor)}}}`;

// ---- the server

const known = new Map<string, () => Promise<string>>(
  operations.map(({ name, query }) => [query, { big, middle, small }[name]]),
);

createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => {
    const run = known.get((JSON.parse(body) as { query: string }).query);
    const answer = (status: number, written: string): void => {
      response.writeHead(status, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(written),
      });
      response.end(written);
    };
    if (!run) return answer(400, '{"errors":[{"message":"This gateway knows three operations only."}]}');
    run().then(
      (written) => answer(200, written),
      (error: unknown) => answer(500, JSON.stringify({ errors: [{ message: String(error) }] })),
    );
  });
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
