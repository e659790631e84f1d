export { type Document, placeAt, readDocument, readDocuments, type Step } from './document.ts'
export { duration, formatDuration, parseDuration } from './duration.ts'
export { ConfigurationError, type Fault, formatPlace, type Place } from './error.ts'
export { validate, validateInput } from './validate.ts'
