/** The same text for equal strings, however they were escaped. */
export function spelledJson(json: string): string {
  return json.includes('\\') ? JSON.stringify(JSON.parse(json)) : json
}
