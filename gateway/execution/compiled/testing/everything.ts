import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@interfaceObject", "@inaccessible", "@override"])\n`;

/** Subgraphs that have, together, everything a plan can be made of. */
const subgraphs: Readonly<Record<string, string>> = {
  catalog: `
    type Query {
      product(id: ID!): Product
      products(first: Int = 3, kind: Kind): [Product!]!
      someProducts: [Product]
      grid: [[Product!]]
      matrix: [[Int!]!]
      search(text: String!): [Found!]
      maybe: Found
      media: [Media!]
      node(id: ID!): Node
      nodes: [Node]
      kinds: [Kind!]
      home: Size @shareable
    }
    type Mutation {
      rename(id: ID!, name: String!): Product
      touch(id: ID!): Product!
      restart: Restart
    }
    type Subscription { changed(id: ID!): Product  released(first: Int): [Media!]!  found: Found }
    type Restart { count: Int  query: Query! }
    interface Node { id: ID! }
    interface Media @key(fields: "id") { id: ID!  title: String  rank: Int }
    type Book implements Media & Node @key(fields: "id") {
      id: ID!  title: String  rank: Int @shareable  label: String! @shareable  pages: Int!  author: Person  isbn: String
    }
    type Film implements Media & Node @key(fields: "id") {
      id: ID!  title: String  rank: Int @shareable  label: String  minutes: Int  director: Person!  cast: [Person!]
    }
    type Product implements Node @key(fields: "id") @key(fields: "sku") {
      id: ID!  sku: ID!  name: String!  kind: Kind  price: Float  weight: Int
      size: Size  tags: [String!]  maker: Maker  related(first: Int): [Product]  meta: JSON  toString: String
    }
    type Size @shareable { height: Float  width: Float  unit: Unit! }
    enum Unit { METRE INCH }
    enum Kind { SMALL LARGE HIDDEN @inaccessible }
    union Found = Product | Book | Film | Person | Secret
    type Secret @inaccessible { code: String }
    type Person @key(fields: "id", resolvable: false) { id: ID! }
    type Maker @key(fields: "id", resolvable: false) { id: ID! }
    scalar JSON`,
  people: `
    type Query { person(id: ID!): Person  me: Person!  people(limit: Int): [Person]  home: Size @shareable }
    type Mutation { befriend(a: ID!, b: ID!): Person! }
    type Person @key(fields: "id") @key(fields: "email") {
      id: ID!  email: ID!  name: String! @shareable  age: Int  friends: [Person!]  best: Person  address: Address
      boss: Person!
    }
    type Address { street: String!  city: City }
    type City { name: String!  country: Country }
    type Country @shareable { code: String!  name: String }
    type Size @shareable { height: Float  width: Float  unit: Unit! }
    enum Unit { METRE INCH }`,
  stock: `
    type Query { warehouse(id: ID!): Warehouse  outOfStock: [Product!] }
    type Mutation { refill(sku: ID!, count: Int! = 1): Product }
    type Product @key(fields: "sku") {
      sku: ID!
      inStock: Boolean!
      price: Float @external
      weight: Int @external
      maker: Maker @external
      size: Size @external
      shipping(express: Boolean = false): Float @requires(fields: "price weight")
      tax: Float @requires(fields: "maker { country { code } }")
      box: Box @requires(fields: "size { height width unit }")
      warehouses: [Warehouse!]
    }
    type Maker @key(fields: "id") { id: ID!  country: Country @external }
    type Country @shareable { code: String!  name: String }
    type Size @shareable { height: Float  width: Float  unit: Unit! }
    enum Unit { METRE INCH }
    type Box { size: Size  kind: String! }
    type Book @key(fields: "id") { id: ID!  label: String @shareable }
    type Warehouse @key(fields: "id") { id: ID!  name: String  keeper: Person  shelves: [[Shelf!]!] }
    type Shelf { label: String!  product: Product  level: Int! }
    type Person @key(fields: "email", resolvable: false) { email: ID! }`,
  makers: `
    type Query { maker(id: ID!): Maker }
    type Maker @key(fields: "id") { id: ID!  name: String!  country: Country  founder: Person  products: [Product] }
    type Country @shareable { code: String!  name: String }
    type Person @key(fields: "id", resolvable: false) { id: ID! }
    type Product @key(fields: "id", resolvable: false) { id: ID! }`,
  reviews: `
    type Query { topMedia: [Media!]  latest: Review  allReviews(first: Int): [Review!]!  anyMedia: Media }
    type Product @key(fields: "id") { id: ID!  reviews(first: Int): [Review!]!  rating: Float }
    type Media @interfaceObject @key(fields: "id") { id: ID!  views: Int!  reviews: [Review]  twin: Media  rank: Int @shareable }
    type Review @key(fields: "id") {
      id: ID!  body: String  stars: Int!  author: Person @provides(fields: "name")  product: Product  about: Media
    }
    type Person @key(fields: "id") { id: ID!  name: String! @external  reviews: [Review]  score: Float! }`,
};

/** @throws if they do not compose */
export function composeEverything(): string {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(subgraphs).map(([name, types]) => ({
      name,
      url: `http://${name}.test/graphql`,
      typeDefs: parse(link + types),
    })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.map((error) => error.message).join('\n'));
  return supergraphSdl;
}
