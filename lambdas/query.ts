import { streamHandle } from 'hono/aws-lambda'
import { doors } from './doors.ts'

/** Takes requests of a REST API and streams the answers. */
export const handler = streamHandle(doors)
