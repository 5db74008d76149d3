import{a}from"/graphiql/assets/part-OUTA32GX.js";import"/graphiql/assets/part-ETJMWXYB.js";import"/graphiql/assets/part-ZLFKLXKR.js";export default a();
