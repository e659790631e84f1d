module stovepipe.dev/e2e/tool

go 1.21
