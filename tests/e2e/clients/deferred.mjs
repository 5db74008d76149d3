// Clients that defer fragments: each gets the rest first, and the fragment later.

import assert from "node:assert/strict"
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client"
import { Defer20220824Handler, GraphQL17Alpha9Handler } from "@apollo/client/incremental"
import { Client, fetchExchange } from "@urql/core"
import { DOMAIN, fetchFromShop, trial } from "./trial.mjs"

const url = `https://${DOMAIN}/api/2026-10/graphql.json`
const query = `query($handle: String!) {
  product(handle: $handle) { id title ... @defer { title variants(first: 1) { nodes { id sku } } } }
}`
const variables = { handle: "harbour-mug" }

function assertInTwoSteps(results) {
  const products = results.map((result) => result.data.product)
  assert.deepEqual(products.map((product) => [product.title, product.variants?.nodes.length]), [
    ["Harbour Mug", undefined],
    ["Harbour Mug", 1],
  ])
}

for (const Handler of [Defer20220824Handler, GraphQL17Alpha9Handler]) {
  await trial(`Apollo Client with ${Handler.name}`, async () => {
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: new HttpLink({ uri: url, fetch: fetchFromShop }),
      incrementalHandler: new Handler(),
    })
    const results = await new Promise((resolve, reject) => {
      const seen = []
      client.watchQuery({ query: gql(query), variables }).subscribe({
        next(result) {
          if (result.error) reject(result.error)
          if (result.dataState !== "empty") seen.push(result)
          if (result.dataState === "complete") resolve(seen)
        },
      })
    })
    assertInTwoSteps(results)
    client.stop()
  })
}

await trial("urql", async () => {
  const client = new Client({ url, fetch: fetchFromShop, preferGetMethod: false, exchanges: [fetchExchange] })
  const results = await new Promise((resolve, reject) => {
    const seen = []
    client.query(query, variables).subscribe((result) => {
      if (result.error) reject(result.error)
      seen.push({ data: structuredClone(result.data) })
      if (!result.hasNext) resolve(seen)
    })
  })
  assertInTwoSteps(results)
})
