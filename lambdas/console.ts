import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { loadConsole } from '../lib/api/console-files.ts'
import { type ConsolePlace, consoleResponse } from '../lib/api/console-response.ts'

const files = loadConsole()

/**
 * Serves the console's three files, to everybody: they tell nothing, and this function can read
 * nothing. `VARVE_AUTH` says what the page shall ask for, `bearer` or `iam`.
 */
export async function handler(call: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const { path, headers, requestContext } = call
  const [, knownTags] =
    Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'if-none-match') ?? []
  const response = consoleResponse(await files, path, {
    auth: process.env.VARVE_AUTH as NonNullable<ConsolePlace['auth']>,
    // The path as the browser has it, with the stage; of the page it is all of it.
    home: requestContext.path.replace(/\/*$/, '/'),
    knownTags,
  })
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  }
}
