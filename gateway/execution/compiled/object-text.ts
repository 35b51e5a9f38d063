import { literal } from './code.ts';

/** Code that writes one object, from left to right. */
export interface ObjectText {
  /** Text that is the same in every answer. */
  add(text: string): void;
  /** Such a text, and behind it what an expression gives. */
  put(text: string, expression: string): void;
  /**
   * Such a text, and behind it a string or null.
   * @param write name of the function that gives what is between the quotes
   */
  putString(text: string, expression: string, write: string, nullable: boolean): void;
  /** Statements that return the whole. */
  code(): string;
}

/**
 * Each piece that is added to a text is an object of its own for V8, so there are as few as can be: what is the same in
 * every answer waits until something else follows, quotes of strings included. Whether one is to be closed is known only
 * at run time where a string may be null: then `n` tells, of two texts, which one it is.
 */
export function createObjectText(): ObjectText {
  let code = '';
  let waiting = '';
  let mayBeOpen = false;
  const take = (text: string): string => {
    const whole = literal(waiting + text);
    return mayBeOpen ? `(n?${whole}:${literal(`"${waiting}${text}`)})` : whole;
  };
  const wait = (text: string, unlessNull: boolean): void => {
    waiting = text;
    mayBeOpen = unlessNull;
  };
  return {
    add(text) {
      waiting += text;
    },
    put(text, expression) {
      code += `r+=${take(text)}+${expression};`;
      wait('', false);
    },
    putString(text, expression, write, nullable) {
      const some = `r+=${take(`${text}"`)}+${write}`;
      if (nullable)
        code += `if((v=${expression})===null||v===undefined){r+=${take(`${text}null`)};n=true;}else{${some}(v);n=false;}`;
      else code += `${some}(${expression});`;
      wait(nullable ? '' : '"', nullable);
    },
    code: () => (code === '' ? `return ${take('')};` : `let r='',v,n;${code}return r+${take('')};`),
  };
}
