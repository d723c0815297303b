/** 'weightDecay' → 'weight_decay': a name here, in a state dict. 'T_max' stays. */
export function toSnakeCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** 'weight_decay' → 'weightDecay': a name of a state dict, here. */
export function toCamelCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
