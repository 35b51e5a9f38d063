import path from 'node:path';

/** Where the product's compiled code is for the benchmark, so that `dist` is left alone. Beside the root's packages. */
export const productFolder = (root: string): string => path.join(root, '.data', 'bench', 'product');
export const benchFolder = (root: string): string => path.join(root, 'bench', 'build');
