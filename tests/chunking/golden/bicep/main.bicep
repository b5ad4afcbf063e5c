@description('Where everything lies')
param location string = 'westeurope'

var names = {
  first: 'a'
  second: 'b'
}

// Keeps what is uploaded.
resource storage 'Microsoft.Storage/storageAccounts@2022-09-01' = {
  name: 'depot'
  location: location
  sku: {
    name: 'Standard_LRS'
  }
}

module network './network.bicep' = {
  name: 'network'
  params: {
    location: location
  }
}

output id string = storage.id
