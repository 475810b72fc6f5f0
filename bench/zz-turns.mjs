// node bench/zz-turns.mjs WORKLOAD OP name=folder ...
import { fork } from "node:child_process";
import { createPlayer } from "./player.mjs";
import { preparePayloads } from "./prepare.mjs";
import { PAYLOADS } from "./workloads.mjs";
const args=process.argv.slice(2);
if(process.env.CHILD){
  const [w,op,lib]=args;const [name,folder]=lib.split("=");
  const pl=createPlayer(name,folder,await preparePayloads());
  await pl.load({names:[w],payloads:PAYLOADS});
  for(let i=0;i<10;i++) await pl.warm({workload:w,operation:op,cpu:1e5,bursts:1});
  process.on("message",async()=>{process.send(await pl.warm({workload:w,operation:op,cpu:2e4,bursts:1}))});
  process.send("ready");
}else{
  const [w,op,...libs]=args;const N=Number(process.env.N??40);
  const all=libs.map(()=>[]);
  for(let gen=0;gen<Number(process.env.G??2);gen++){
    const kids=[];for(const l of libs){const k=fork(process.argv[1],[w,op,l],{env:{...process.env,CHILD:"1",MALLOC_MMAP_THRESHOLD_:"268435456",MALLOC_TRIM_THRESHOLD_:"268435456"}});await new Promise(r=>k.once("message",r));kids.push(k);}
    for(let i=0;i<N;i++){const t=[];for(let j=0;j<kids.length;j++){const q=(i+j)%kids.length;t[q]=await new Promise(r=>{kids[q].once("message",r);kids[q].send(1)})}t.forEach((x,j)=>all[j].push(t[0]/x));t.forEach((x,j)=>{(all[j].abs??=[]).push(x)})}
    kids.forEach(k=>k.kill());
  }
  const med=a=>a.slice().sort((x,y)=>x-y)[a.length>>1];
  console.log(w,op,libs.map((l,j)=>`${l.split("=")[0]} ${med(all[j]).toFixed(2)} (${Math.round(1e6/med(all[j].abs))}/s)`).join("  "));
}
