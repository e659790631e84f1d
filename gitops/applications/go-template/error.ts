/** A template that Go would refuse, or that fails with what it is given: it stops the whole ApplicationSet. */
export class TemplateError extends Error {
  override readonly name: string = 'TemplateError'
}

/** Something that may well work in Argo CD, and is not known here: what it makes cannot be told. */
export class UnknownTemplateError extends TemplateError {
  override readonly name = 'UnknownTemplateError'
}
