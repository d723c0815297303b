/** 'weightDecay' → 'weight_decay': a name here, in a state dict. */
export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** 'weight_decay' → 'weightDecay': a name of a state dict, here. */
export function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
