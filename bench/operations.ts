const fragments = `
fragment User on User { id username name }
fragment Review on Review { id body }
fragment Product on Product { inStock name price shippingEstimate upc weight }`;

/** An operation that gateways are measured with. */
export interface Operation {
  readonly name: 'big' | 'middle' | 'small';
  readonly query: string;
}

/** By calls to subgraphs: 16, 4 and 1 as Apollo's planner plans them. */
export const operations: readonly Operation[] = [
  {
    name: 'big',
    query: `${fragments}
query Big {
  users {
    ...User
    reviews {
      ...Review
      product {
        ...Product
        reviews {
          ...Review
          author {
            ...User
            reviews {
              ...Review
              product { ...Product }
            }
          }
        }
      }
    }
  }
  topProducts {
    ...Product
    reviews {
      ...Review
      author {
        ...User
        reviews {
          ...Review
          product { ...Product }
        }
      }
    }
  }
}`,
  },
  {
    name: 'middle',
    query: `query Middle {
  topProducts {
    upc
    name
    price
    inStock
    reviews {
      id
      body
      author { id name }
    }
  }
}`,
  },
  {
    name: 'small',
    query: `query Small { users { id name username } }`,
  },
];

/** A body as clients send it. */
export const bodyOf = ({ query }: Pick<Operation, 'query'>): string => JSON.stringify({ query });

/** An operation that no gateway has seen before: the middle one under another name and with other aliases. */
export const coldOperation = (index: number): string => `query Cold${index} {
  top${index}: topProducts(first: 3) {
    upc
    name${index}: name
    inStock
    reviews { id body author { id name } }
  }
}`;
