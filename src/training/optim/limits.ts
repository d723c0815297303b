/** What a number, or another option, has to be. */
export interface Limit {
  readonly text: string;
  readonly accepts: (value: unknown) => boolean;
}

const numberThat = (text: string, accepts: (value: number) => boolean): Limit => ({
  text,
  accepts: (value) => typeof value === 'number' && accepts(value),
});

export const aNumber = numberThat('a number', () => true);
export const nonNegative = numberThat('a number of at least 0', (value) => value >= 0);
export const belowOne = numberThat('a number below 1', (value) => value < 1);
export const fraction = numberThat('a number from 0 to 1', (value) => value >= 0 && value <= 1);
export const positiveFraction = numberThat('a number above 0 and up to 1', (value) => value > 0 && value <= 1);
export const positiveInteger = numberThat('a positive integer', (value) => Number.isInteger(value) && value > 0);
export const wholeNumber = numberThat('a whole number of at least 0', (value) => Number.isInteger(value) && value >= 0);

/** Each rate is of the average before: 1 would never forget. */
export const betaPair: Limit = {
  text: 'two numbers from 0 to below 1',
  accepts: (value) =>
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((beta) => nonNegative.accepts(beta) && belowOne.accepts(beta)),
};

export const onlyFalse: Limit = { text: 'false', accepts: (value) => value === false };

export const oneOf = (...names: readonly string[]): Limit => ({
  text: names.map((name) => `'${name}'`).join(' or '),
  accepts: (value) => names.includes(value as string),
});
